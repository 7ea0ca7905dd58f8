"""Published tables with provenance: every number knows its document, its place in it, and how it was rounded.

    from careersim.data import figure, load_table
    gps = figure("gp_2019", "gps_primary_care", county_code="09")
    gps.suppressed, gps.low, gps.high        # True, 0.0, 19.0
    load_table("baseline_2023")              # polars.DataFrame, county codes as text, empty cells null

The tables lie in `tables/*.csv`; `catalog.yaml` says what they are and carries their hashes, which are
checked on every read; `documents.yaml` and `literature.yaml` describe the keys that tables and parameters
cite. Importing this package loads nothing but the standard library: YAML and polars come in when they are
first needed.
"""

from careersim.data.catalog import Case, ColumnInfo, TableInfo, Wording, list_tables, table_info
from careersim.data.documents import Citation, Document, document, literature
from careersim.data.figures import Figure, Source, figure, figures_by_county, source_of
from careersim.data.places import County, counties
from careersim.data.reading import load_table
from careersim.data.rounding import Rounding

__all__ = [
    "Case",
    "Citation",
    "ColumnInfo",
    "County",
    "Document",
    "Figure",
    "Rounding",
    "Source",
    "TableInfo",
    "Wording",
    "counties",
    "document",
    "figure",
    "figures_by_county",
    "list_tables",
    "literature",
    "load_table",
    "source_of",
    "table_info",
]
