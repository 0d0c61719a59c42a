"""Calendar and window arithmetic over plain arrays, for the rules and the derivations.

Pure numpy: no pandas, no schema, no file, no clock. A date is an Excel serial of the 1900 system (float64, the time is
the fraction, NaN is blank); a customer is a small whole number, -1 where unknown.
"""
