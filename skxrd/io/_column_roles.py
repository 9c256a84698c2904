"""What the columns of a table are, from their names and units."""

import re
from dataclasses import dataclass

import numpy as np

from skxrd._files import FormatError
from skxrd.io._column_words import in_english

# plain unit: (kind of axis it belongs to, factor to degrees, angstrom, 1/angstrom or keV)
_UNITS = {
    **dict.fromkeys(("deg", "degree", "degrees", "2thdeg", "deg2th", "deg2theta"), ("deg", 1.0)),
    **dict.fromkeys(("rad", "radian", "radians", "2thrad"), ("deg", 180 / np.pi)),
    **dict.fromkeys(("mrad", "milliradian", "milliradians"), ("deg", 0.18 / np.pi)),
    **dict.fromkeys(("arcmin", "arcminute", "arcminutes"), ("deg", 1 / 60)),
    **dict.fromkeys(("arcsec", "arcsecond", "arcseconds"), ("deg", 1 / 3600)),
    **dict.fromkeys(("a", "aa", "ang", "angs", "angstrom", "angstroms", "angstroem"), ("d", 1.0)),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), ("d", 10.0)),
    **dict.fromkeys(
        ("1/a", "a-1", "aa-1", "ang-1", "angstrom-1", "1/ang", "1/angstrom", "inversea")
        + ("inverseangstrom", "inverseangstroms", "inverseangstroem", "reciprocalangstrom")
        + ("inva", "invang", "invangstrom", "perangstrom", "recipa", "1/angstroem"),
        ("q", 1.0),
    ),
    **dict.fromkeys(
        ("1/nm", "nm-1", "inversenm", "inversenanometers", "inversenanometres", "reciprocalnm")
        + ("inversenanometer", "inversenanometre", "1/nanometer", "invnm", "pernm"),
        ("q", 0.1),
    ),
    **dict.fromkeys(("1/pm", "pm-1"), ("q", 100.0)),
    **dict.fromkeys(("1/m", "m-1"), ("q", 1e-10)),
    "pm": ("d", 0.01),
    "kev": ("energy", 1.0),
    "ev": ("energy", 1e-3),
    **dict.fromkeys(
        ("count", "counts", "cts", "cps", "counts/s", "cts/s", "a.u", "au", "arb.units")
        + ("arb.unit", "arbitraryunits", "arb", "countspersecond"),
        ("intensity", 1.0),
    ),
    **dict.fromkeys(
        ("s", "sec", "seconds", "ms", "min", "k", "degc", "ka", "ma", "kv"), ("other", 1.0)
    ),
    "us": ("time of flight", 1.0),
    "microseconds": ("time of flight", 1.0),
    "mm": ("position", 1.0),
    "pixel": ("position", 1.0),
}
# kind of a column: pattern that its name matches in full, as plain words; the first that fits
_NAMES = {
    "list": r"(?!d hkl)([hkl]|h k l|(.* )?hkl( .*)?|miller.*|mult(iplicity)?|fwhm.*|hwhm.*|area.*"
    r"|f 2|ff|integral breadth.*|matched by|gross width.*)",
    "intensity function": r"(i|int|intensity|y|counts) (q|d|tth|(2 ?)?theta)( 2theta)?",
    "error": r"(s|u|d|delta) [iy]|(sig|sigma|err|esd|std|unc)( ?[iy])?"
    r"|(d|delta )?(e|e s d|err|errs|errors?|esd\w*|sigma\w*|std\w*|sd|su|sig|di|dy)"
    r"|.*\b(err|errors?|esd|sigma|std|stdev|uncertaint\w+|deviation)\b.*|[yi](err|sig\w*)"
    r"|(d|delta) ?(q|i|y|2 ?theta)",
    "two_theta": r"(.* )?[a-z]?(2|two|dos|zwei) ?th(eta)?( .*)?|2t|tth( .*)?|ttheta|th2|theta2"
    r"|deg(rees?)?|ang|(?!.*\b(omega|om|chi|khi|phi|psi|eta|azimuth\w*|tilt|inciden\w*|rocking|bragg"
    r"|theta|glancing|grazing|rotation|sample)\b)(.* )?angle( .*)?|pos|position|gonio\w*"
    r"|two ?theta\w*|(omega|om) ?2 ?th\w*|2 ?th\w*",
    "theta": r"theta|th|(bragg|glancing)( angle)?",
    "other axis": r".*\b(omega|om|chi|khi|phi|psi|eta|azimuth\w*|tilt|incidence|incident)\b.*"
    r"|.*\brocking\b.*|r|radius|radial distance|raman.*|wave ?number.*|m z|channel.*|pixel.*"
    r"|x ?pos\w*|sin.*|stol|binding energy.*|kinetic energy.*|frequency|distance|depth",
    "time of flight": r"tof|time of flight.*",
    "q": r"(.* )?q( .*)?|(.* )?q ?(vec\w*|values?|vals?|mag|bin|center|range|[xyz])"
    r"|scattering vector.*|momentum transfer.*|wave ?vector.*",
    "inverse d": r"1 d|d\*|d ?star|inverse d.*",
    "d": r"d|d ?(spacing|space|value|sp)s?|d ?hkl|lattice spacing|interplanar.*|spacing",
    "energy": r"(photon )?energy",
    "wavelength": r"wave ?length|lambda",
    "difference": r"diff\w*( .*)?|resid\w*( .*)?|delta|weight.*|wt|w|[yi] ?diff\w*"
    r"|([yi] ?)?obs\w* (minus )?([yi] ?)?calc\w*",
    "calculated": r"(?!.*obs).*\b(calc\w*|fitted|refined|best ?fit|theory)\b.*"
    r"|([yi] ?)?(calc\w*|cal)( .*)?|.* calc\w*|fit\w*|[yi] ?fit|model.*|[yi] ?sim\w*"
    r"|sim(ulated|ulation)?( .*)?|rietveld.*|theoretical.*",
    "background": r"(?!.*\b(subtr\w*|sub|corr\w*|remov\w*|minus|without|no|net)\b)"
    r"(.*\b(background|backgr\w*|bkgr?d?|bgr?d?)\b.*|b|bg|(bkg|back|backgr)\w*( .*)?|base ?line"
    r"|[yi] ?(bkg\w*|bg|back\w*)|blank)",
    "other": r"(?!.*\bper\b|counts time).*\btime\b.*|counts? (no|nr|index|id)|variance|poisson.*"
    r"|(file|image) ?name|ring current|filter.*|ic\d|step size|lfd.*|(pt|scan|point) no|no"
    r"|nr|num(ber)?|index|idx|id|points?|pt|n|row|seq\w*|step( (no|number|index))?"
    r"|frame.*|image.*|imagenum|unnamed.*|scan ?(no|number)|t|time.*|epoch.*|sec(onds?)?|date.*"
    r"|live time|real time|exposure.*|mon(itor)?\d*( .*)?|i0|izero|beam.*|ion ?ch\w*|current"
    r"|(.* )?voltage|temp\w*( .*)?|pressure.*|humidity.*|atten\w*( .*)?|absor\w*( .*)?|factor|kv|ma"
    r"|dead ?time.*|srcur|flag|status",
    "intensity": r"i|int|int (obs|exp|meas|net|raw|corr)\w*"
    r"|(net|raw|obs|exp|norm|corr|mean|sum) [iy]"
    r"|[yi] (norm|corr|mean|sum|avg|tot|sub)\w*|(count|counting) rate( .*)?|ct"
    r"|.*\bintens\w*( .*)?|i (i0|max|rel|obs|exp|meas\w*|net|raw)|rel i.*|.* int"
    r"|(.* )?(counts?|cts)( .*)?|cps|y|[yi] ?(obs\w*|exp\w*|meas\w*|raw|net)|signal|impulse"
    r"|obs\w*( .*)?|exp(erimental)?( .*)?|meas(ured)?( .*)?|det(ector)?\d*( .*)?|det\d*disc\w*"
    r"|psd\w*( .*)?|(.* )?(lynxeye|pilatus|mythen|eiger|pixcel|scint\w*)( .*)?|height.*",
}
_NAMES = {kind: re.compile(pattern) for kind, pattern in _NAMES.items()}
_AXES = {"two_theta": "deg", "q": "q", "inverse d": "q", "d": "d", "energy": "energy"}
_NO_UNITS = {"hkl", "mean", "average", "center", "centre", "value", "values", "vector", "magnitude"}
#: Kinds of columns that can become angles
ANGLES = frozenset(("two_theta", "q", "inverse d", "d"))
#: Kinds of axes that are no angle and do not become one with the wavelength alone
NO_ANGLES = ("energy", "theta", "other axis", "time of flight", "position", "wavelength")
_MEANINGS = {
    "energy": "an energy",
    "theta": "the glancing angle theta",
    "other axis": "another axis",
    "time of flight": "a time of flight",
    "position": "a position",
    "wavelength": "a wavelength",
    "q": "a scattering vector",
    "inverse d": "an inverse spacing",
    "d": "a lattice spacing",
}


@dataclass(frozen=True)
class Role:
    """What a column is, the factor of its unit, and its name as the file has it."""

    kind: str | None
    factor: float
    name: str


def column_role(name, unit=""):
    """Role of a column from its name, which may end in its unit; kind None for an unknown one.

    The factor is NaN if the unit of a scattering vector or spacing is not known.
    """
    if unit and _unit(unit) is None and _split_unit(unit)[1]:  # such as 2th_deg or q_nm^-1
        role = column_role(unit)
        return Role(role.kind, role.factor, name.strip())
    base, inner = _split_unit(name)
    of_unit, factor = _unit(unit) or _unit_alone(name) or _unit(inner) or (None, 1.0)
    kind = next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(base)), None)
    if kind == "intensity function":
        kind = "intensity"
    elif base in ("s", "h", "k", "l") and of_unit == "q":
        kind = "inverse d" if base == "s" else "q"
    elif base == "e" and of_unit == "energy":
        kind = "energy"
    elif of_unit == "time of flight" and kind in (None, "other"):
        kind = of_unit
    elif of_unit is not None and (kind is None or (kind in _AXES and of_unit != _AXES[kind])):
        kind = {"deg": "two_theta"}.get(of_unit, of_unit)
    stated = unit or inner
    if kind in ("q", "d", "inverse d") and stated and _unit(stated) is None and of_unit is None:
        if stated.strip() not in _NO_UNITS:
            return Role(kind, np.nan, name.strip())
    return Role(kind, factor if of_unit == _AXES.get(kind, "") else 1.0, name.strip())


def _split_unit(name):
    """Words of a name and the unit in its brackets or at its end, as lower-case ASCII."""
    text = re.sub(r"\^?\{([^{}]*)\}", r"^\1", name.replace("$", "").replace("\\", ""))  # of TeX
    text = re.sub(r"eV(?![a-z])", "ev", text.strip().strip("#\"'"))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    text, unit = in_english(text).strip(), ""
    if match := re.search(r"[\(\[{]\s*([^()\[\]{}]*)[\)\]}]", text):
        unit = match[1]
        text = text[: match.start()] + " " + (unit if _unit(unit) is None else "")
        if "2th" in re.sub(r"\W", "", unit):
            text += " 2theta"
    elif match := re.fullmatch(r"(.+?)(\s*[/,_]\s*|\s+in\s+|\s+)(\S+)", text):
        if _unit(match[3]) is not None and (len(match[3]) > 1 or "/" in match[2]):
            text, unit = match[1], match[3]
    return re.sub(r"[^a-z0-9*]+", " ", text).strip(), unit


def _unit(text):
    """Kind and factor of a unit, or None."""
    return _UNITS.get(re.sub(r"[\s^_*()$\\{}]", "", in_english(text)).rstrip("."))


def is_unit(text):
    """Whether a text is nothing but a unit, without or within brackets."""
    return _unit(text.strip("[]() ")) is not None


def _unit_alone(name):
    """Unit that is all the name of a column, such as deg or 1/nm; lengths alone say little."""
    found = _unit(name)
    return None if found is None or found[0] in ("d", "other") else found


def choose_columns(path, roles):
    """Numbers of the angle, intensity and error column of each pattern of a table.

    The error column is None where there is none. Columns of unknown names are intensities if no
    name says so; one in front is the angle if no other is. Raises a FormatError if the names leave
    no angle or no intensity.
    """
    kinds = [role.kind for role in roles]
    names = ", ".join(repr(role.name) for role in roles)
    axes = [place for place, kind in enumerate(kinds) if kind in ANGLES]
    if not axes:
        axes = _unnamed_axis(path, roles, kinds, names)
    values = [place for place, kind in enumerate(kinds) if kind == "intensity"]
    if not values:
        unknown = [place for place, kind in enumerate(kinds) if kind is None]
        values = [place for place in unknown if place > axes[0]]
    if not values:
        raise FormatError(path, f"names no measured intensity among its columns {names}.")
    best = [place for place in axes if kinds[place] == "two_theta"] or axes
    chosen, paired = [], len(best) == len(values)
    for number, place in enumerate(values):
        axis = best[number if paired else 0]
        end = min((other for other in values if other > place), default=len(kinds))
        errors = [after for after in range(place + 1, end) if kinds[after] == "error"]
        chosen.append((axis, place, errors[0] if errors else None))
    return chosen


def _unnamed_axis(path, roles, kinds, names):
    for role in roles:
        if role.kind in NO_ANGLES:
            remedy = "name it 2theta if it is 2 theta" if role.kind == "theta" else ""
            raise FormatError(
                path,
                f"its axis is {role.name!r}, which is {_MEANINGS[role.kind]}, not 2 theta"
                f"{'; ' + remedy if remedy else ''}.",
            )
    # a first column without a name is an index
    first = 1 if roles[0].name == "" or (kinds[0] == "other" and "intensity" in kinds) else 0
    if first < len(kinds) and kinds[first] is None:
        return [first]
    raise FormatError(path, f"names no angle among its columns {names}.")
