"""How good forecasts are: backtests of past years, and a ledger of frozen ones."""
