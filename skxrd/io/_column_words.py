"""Words of headers in English, whatever their language, accents and signs."""

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        "\u03d1": "theta",
        "\u03b8": "theta",
        "\u03b1": "alpha",
        "\u03b2": "beta",
        "\u03bb": "lambda",
        "\u03c3": "sigma",
        "\u03c9": "omega",
        "\u03c7": "chi",
        "\u03c6": "phi",
        "\u03d5": "phi",
        "\u03c8": "psi",
        "\u03b4": "delta ",
        "\u2206": "delta ",
        "\u03bc": "u",
        "\u00b5": "u",
        "\u00b0": "deg",
        "\u00ba": "deg",
        "\u02da": "deg",
        "\u212b": "a",
        "\u207b": "-",
        "\u2212": "-",
        "\u2013": "-",
        "\u00b1": " error ",
        "\u0142": "l",
        "\u00df": "ss",
        "\u0131": "i",
    }
)
# word: what stands for it in other scripts, or needs its accents to be told from other words
_OTHER_SCRIPTS = {
    "intensity": "强度 強度 강도 интенсивность",
    "angle": "角度 衍射角 回折角 散射角 각도 угол kąt úhel açı",
    "time": "时间 時間 시간 время",
    "index": "序号 序號 编号 番号 点号 № номер",
    "background": "背景 本底 фон tło",
    "counts": "计数 計数 カウント импульсы имп счет",
    "error": "误差 誤差 标准差 ошибка погрешность",
    "wavelength": "波长 波長 파장 длина_волны",
    "energy": "能量 энергия",
    "temperature": "温度 температура",
    "spacing": "面间距 面間隔",
    "scattering vector": "散射矢量 волновой_вектор",
    "calculated": "计算 計算 расчет",
}
_OTHER_SCRIPTS = {
    foreign.replace("_", " "): word
    for word, names in _OTHER_SCRIPTS.items()
    for foreign in names.split()
}
# word: what stands for it in other languages, without accents; and frequent misspellings
_LATIN = {
    "angle": "winkel beugungswinkel streuwinkel angulo angolo hoek vinkel",
    "theta": "teta tetha thetha",
    "glancing": "glanzwinkel",
    "intensity": "intenzita siddet",
    "counts": "impulse impulsen impuls imp ips zahler zaehler coups cuentas conteggi contagens"
    " zliczenia pulses pulsos tellingen",
    "count rate": "zahlrate zaehlrate impulsrate",
    "detector": "zahlrohr zaehlrohr",
    "measured": "gemessen messwert messwerte mesure medido misurato",
    "calculated": "berechnet calcule calculado calcolato gerechnet simuliert",
    "difference": "differenz diferencia differenza",
    "background": "untergrund hintergrund fondo fond fundo pozadi",
    "time": "zeit messzeit zahlzeit zaehlzeit schrittzeit uhrzeit tiempo temps tempo czas tijd",
    "step": "schritt pas paso passo",
    "point": "punkt punto messpunkt datenpunkt",
    "index": "zeile laufnummer lfd nummer numero",
    "date": "datum fecha",
    "current": "strom corriente courant",
    "voltage": "spannung",
    "error": "fehler unsicherheit standardabweichung erreur errore erro incertidumbre incertitude"
    " abweichung chyba",
    "fwhm": "breite halbwertsbreite largeur anchura",
    "energy": "energie energia",
    "channel": "kanal canal canale",
    "wave number": "wellenzahl",
    "tof": "flugzeit",
    "wavelength": "wellenlange wellenlaenge",
    "d spacing": "netzebenenabstand gitterabstand",
    "value": "wert",
    "scattering vector": "streuvektor",
    "sample": "muestra echantillon campione amostra",
    "sample name": "probenname probenbezeichnung",
    "anode material": "anodenmaterial",
    "scan axis": "scanachse messachse",
}
_LATIN = {foreign: word for word, names in _LATIN.items() for foreign in names.split()}
_PHRASES = (
    (
        re.compile(r"longueur d.onde|longitud de onda|lunghezza d.onda|comprimento de onda"),
        "wavelength",
    ),
    (re.compile(r"vecteur (de diffusion|d.onde)|vector de (dispersion|onda)"), "scattering vector"),
    (re.compile(r"\+\s*/\s*-"), " error "),
)
_FOREIGN = re.compile("|".join(sorted(map(re.escape, _OTHER_SCRIPTS), key=len, reverse=True)))
_LETTERS = re.compile(r"[a-z]+")
_ENCODINGS = ("gb18030", "cp1251", "shift_jis", "euc_kr")
_HEAD = 4000  # bytes in which words of other scripts are looked for


def in_english(text):
    """Lower-case text without accents, its known words in English, its signs spelt out."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _FOREIGN.sub(lambda match: f" {_OTHER_SCRIPTS[match[0]]} ", text)
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS)).translate(_SIGNS)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return _LETTERS.sub(lambda match: _LATIN.get(match[0], match[0]), text)


def decode_words(content):
    """Text of bytes that are not UTF-8: in the encoding that gives known words, or Latin-1."""
    head = content[:_HEAD].rpartition(b"\n")[0]
    for encoding in _ENCODINGS:
        try:
            if _FOREIGN.search(head.decode(encoding).lower()):
                return content.decode(encoding)
        except UnicodeDecodeError:  # not this one; the next is tried
            pass
    return content.decode("latin-1")
