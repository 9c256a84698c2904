"""Elements that a user names."""

import gemmi


def element_list(elements, name):
    """Symbols of a list of elements, or of text such as ``"Ti,O"``."""
    if isinstance(elements, str):
        elements = elements.replace(",", " ").replace(";", " ").split()
    symbols = []
    for element in elements:
        symbol = str(element).strip().capitalize()
        if gemmi.Element(symbol).atomic_number == 0 or gemmi.Element(symbol).name != symbol:
            raise ValueError(
                f"{name} contains {element!r}, which is no element; give symbols such as Ti and O."
            )
        symbols.append(symbol)
    if not symbols:
        raise ValueError(f"{name} is empty; give symbols such as Ti and O, or None for all.")
    return symbols
