"""The words that travel between the rooms: grids, findings, plans; frozen data without behaviour of its own.

Nothing here knows a customer, a file or a library of the layers above.
"""
