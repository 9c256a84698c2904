"""Small crystals that several tests use."""

from skxrd.crystal import Crystal, make_prototype

CUBIC = [90, 90, 90]
IRON = Crystal([2.87] * 3 + CUBIC, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
COPPER = Crystal([3.61] * 3 + CUBIC, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
SALT = Crystal([5.64] * 3 + CUBIC, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="NaCl")

#: One halide of each kind of lattice.
HALIDES = {
    "cubic": make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"),
    "face centred": make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Br"),
    "hexagonal": make_prototype("dimers", A="Cs", B="Bi", X="I"),
    "trigonal": make_prototype("trigonal layers", A="Cs", B="Bi", X="Br"),
    "tetragonal": make_prototype("tetragonal perovskite", A="Cs", B="Pb", X="I"),
    "monoclinic": make_prototype("monoclinic layers Pc", A="Rb", B="Bi", X="I"),
}
#: Twelve crystals of one space group, and six of another.
PEROVSKITES = [
    make_prototype("cubic perovskite", A=a, B=b, X=x)
    for a in ("Cs", "Rb")
    for b in ("Pb", "Sn")
    for x in ("Cl", "Br", "I")
]
ELPASOLITES = [
    make_prototype("elpasolite", A=a, B="Ag", C="Bi", X=x)
    for a in ("Cs", "Rb")
    for x in ("Cl", "Br", "I")
]
