"""The simple calculations that were published, as small pure functions, reproduced to the printed digit.

    from careersim.published.catalogue import calculation
    dlf = calculation("dlf")
    rows = dlf.published()                          # typed rows: the figures of the document
    tables = dlf.compute(rows, dlf.settings())      # typed rows again, with the interval that rounding leaves

A calculation is one module: what goes in, what comes out and the settings are frozen dataclasses whose fields
carry label and unit (`careersim.published.declare`). `careersim.published.ledger` compares what it gives with
every number that the document prints.
"""
