"""Parameter texts that several docstrings share, written once."""

import inspect
import re
import textwrap

_MARK = re.compile(r"^( *)\|(\w+)(?:=(.*?))?\|$", re.MULTILINE)


def share_docs(texts):
    """Decorator that fills the marks of a docstring from a table of texts.

    A mark is a line ``|name|``, or ``|name=default|`` where the text says ``{default}``. It is
    replaced when the module is loaded, so ``help()``, numpydoc and notebooks show whole docstrings.
    The methods of a class are filled too.
    """

    def fill(entry):
        if entry.__doc__:  # python -OO has none
            entry.__doc__ = _MARK.sub(replaced, entry.__doc__)
        for method in vars(entry).values() if inspect.isclass(entry) else ():
            method = getattr(method, "__func__", method)  # of a class method
            if inspect.isfunction(method):
                fill(method)
        return entry

    def replaced(mark):
        margin, name, default = mark.groups()
        text = textwrap.dedent(texts[name]).strip()
        if default is not None:
            text = text.replace("{default}", default)
        return textwrap.indent(text, margin)

    return fill
