"""Where the structure of a CIF block comes from: the mineral, and the article."""

from skxrd.io._cif_content import values_of

_NAMES = ("_chemical_name_mineral", "_chemical_name_common", "_chemical_name_systematic")
_JOURNAL = ("_journal_name_full", "_journal_name_abbrev", "_citation_journal_abbrev")


def cif_origin(block):
    """Entries for ``metadata``: ``mineral`` and ``reference``, those that the block states."""
    origin = {"mineral": _first(block, *_NAMES), "reference": _reference(block)}
    return {name: text for name, text in origin.items() if text}


def _reference(block):
    """Journal, volume, year, first page, as far as they are stated."""
    journal = _first(block, *_JOURNAL)
    volume = _first(block, "_journal_volume", "_citation_journal_volume")
    year = _first(block, "_journal_year", "_citation_year")
    page = _first(block, "_journal_page_first", "_citation_page_first")
    parts = [journal, volume, f"({year})" if year else "", page]
    return " ".join(part for part in parts if part) if journal else ""


def _first(block, *tags):
    """First stated value of the tags, on one line; empty if there is none, or ``<missing>``."""
    values = [value for value in values_of(block, *tags) if not value.startswith("<")]
    return " ".join(values[0].split()) if values else ""
