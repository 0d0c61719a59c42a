"""What is in the workbook. Read this first: every table, column, owner, privacy class, setting, list and tag.

One schema makes the pandera checks, the template, the formulas, the Settings sheet, the docs, header reading and the
tests' strategies. No pandas at import here: ``tracker --help`` and completion stay instant.
"""
