"""Two-dimensional diffraction fingerprints of crystals and clusters."""

from functools import lru_cache
from numbers import Integral, Real

import gemmi
import numpy as np
from joblib import Parallel, delayed
from scipy.spatial.transform import Rotation
from sklearn.base import BaseEstimator, TransformerMixin

from skxrd._compat import Interval, StrOptions, fit_context
from skxrd.crystal import AtomCluster, Crystal
from skxrd.crystal._clusters import make_cluster
from skxrd.simulation._fingerprint_kernels import draw_fingerprint, nearest_distances, quadrant

_SAME_PLACE = 0.05  # angstrom; nearer atoms share a place and are not neighbours
_ANGSTROM = 1e-10


class DiffractionFingerprint(TransformerMixin, BaseEstimator):
    r"""Diffraction images of finite blocks of crystals, after Ziletti et al. [1]_.

    A plane wave of very short wavelength crosses a block of about a hundred atoms and falls onto
    a flat detector. With the scattering vector :math:`q = k_1 - k_0` of a pixel at the
    distance r and its solid angle :math:`\Omega`, the image is

    .. math:: \Psi(q) = \frac{1}{r} \sum_j o_j f_j(s)\, e^{-i q \cdot x_j}, \qquad
              D(q) = A\, \Omega\, |\Psi(q)|^\gamma

    over all atoms, with occupancies o and X-ray form factors f [2]_. The Thomson length of the
    paper's Eq. 1 is part of the constant A, which puts the brightest pixel at one. Every atom
    contributes to every pixel, so a few missing or displaced atoms hardly change the spots.

    Lengths are divided by the bond length of the atoms, so that crystals of one structure type
    give the same spots whatever their elements. Form factors are taken where the unscaled crystal
    has them, at :math:`s = |q| / (4 \pi d)` for the bond length d in angstrom.

    Parameters
    ----------
    n_pixels : int, default=64
        Pixels along each side of the image.
    pixel_size : float, default=0.0004
        Side of a pixel in metres.
    distance : float, default=0.1
        From the atoms to the detector, in metres. The paper does not state it; with 0.1 the edge
        of the image lies at 2.5 inverse bond lengths.
    wavelength : float, default=5e-12
        In metres, for atoms whose bond length is scaled to one angstrom.
    gamma : float, default=1.5
        Exponent of the amplitude: 2 gives intensities, 1.5 brings out the outer spots.
    threshold : float, default=0.0
        Brightness that is subtracted from every pixel; darker ones become zero. It removes the
        speckle of defects, and the weakest spots with it: the images of crystals with 30 %
        vacancies then resemble those of perfect ones.
    rotations : array-like of shape (n_views, 3), default=((45.0, 0.0, 0.0),)
        Degrees by which the crystal is turned about x, then y, then z; the beam is along z. In a
        crystal, x is along a, and y in the plane of a and b. In the default the beam is along
        [011] of a cubic crystal.
    average : bool, default=False
        Whether the mean of all views makes one image, instead of one image for each view.
    n_atoms : int, default=128
        Atoms of the block that is cut out of a Crystal, as nearly as whole cells allow.
    shape : {"cells", "cube"}, default="cells"
        Shape of that block: as many cells along all axes, or as near a cube as can be.
    standardize : bool, default=True
        Whether a Crystal is first described in its conventional cell, which needs spglib for
        those in P 1 (see :func:`skxrd.crystal.conventional_supercell`).
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom, for spglib.
    bond_length : {"median", "mean"} or float, default="median"
        Unit of length: median or mean distance of the atoms to their nearest neighbours, or a
        length in angstrom. In perfect elements both are the same. In diamond without half of its
        atoms many have no neighbour left, and the mean, which the paper takes, is 12 % too long
        where the median is right.
    flatten : bool, default=True
        Whether each crystal gives a row, as classifiers take it, rather than an image.
    n_jobs : int, default=None
        Number of threads; ``None`` is one, -1 all cores.

    Attributes
    ----------
    image_shape_ : tuple of int
        ``(n_pixels, n_pixels)``, with several views ``(n_pixels, n_pixels, n_views)``.

    References
    ----------
    .. [1] A. Ziletti, D. Kumar, M. Scheffler and L. M. Ghiringhelli, "Insightful classification
       of crystal structures using deep learning", Nature Communications 9 (2018) 2775,
       doi:10.1038/s41467-018-05169-6.
    .. [2] International Tables for Crystallography, Volume C (1992), Table 6.1.1.4.

    Examples
    --------
    >>> from skxrd.crystal import Crystal
    >>> from skxrd.simulation import DiffractionFingerprint
    >>> iron = Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
    >>> DiffractionFingerprint(flatten=False).fit_transform([iron]).shape
    (1, 64, 64)
    """

    _parameter_constraints: dict = {
        "n_pixels": [Interval(Integral, 2, None, closed="left")],
        "pixel_size": [Interval(Real, 0, None, closed="neither")],
        "distance": [Interval(Real, 0, None, closed="neither")],
        "wavelength": [Interval(Real, 0, None, closed="neither")],
        "gamma": [Interval(Real, 0, None, closed="neither")],
        "threshold": [Interval(Real, 0, 1, closed="left")],
        "rotations": ["array-like"],
        "average": ["boolean"],
        "n_atoms": [Interval(Integral, 1, None, closed="left")],
        "shape": [StrOptions({"cells", "cube"})],
        "standardize": ["boolean"],
        "symprec": [Interval(Real, 0, None, closed="neither")],
        "bond_length": [
            StrOptions({"median", "mean"}),
            Interval(Real, 0, None, closed="neither"),
        ],
        "flatten": ["boolean"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        n_pixels=64,
        pixel_size=4e-4,
        distance=0.1,
        wavelength=5e-12,
        gamma=1.5,
        threshold=0.0,
        rotations=((45.0, 0.0, 0.0),),
        average=False,
        n_atoms=128,
        shape="cells",
        standardize=True,
        symprec=0.01,
        bond_length="median",
        flatten=True,
        n_jobs=None,
    ):
        self.n_pixels = n_pixels
        self.pixel_size = pixel_size
        self.distance = distance
        self.wavelength = wavelength
        self.gamma = gamma
        self.threshold = threshold
        self.rotations = rotations
        self.average = average
        self.n_atoms = n_atoms
        self.shape = shape
        self.standardize = standardize
        self.symprec = symprec
        self.bond_length = bond_length
        self.flatten = flatten
        self.n_jobs = n_jobs

    def fit(self, X=None, y=None):
        """Check the parameters; nothing is learnt from the crystals.

        Parameters
        ----------
        X : list of Crystal, AtomCluster or ase.Atoms, default=None
            Ignored.
        y : Ignored
            Not used.

        Returns
        -------
        self : DiffractionFingerprint
            The transformer itself.
        """
        self.image_shape_ = self._prepare()[2]
        return self

    def transform(self, X):
        """Compute the fingerprints.

        Parameters
        ----------
        X : list of Crystal, AtomCluster or ase.Atoms
            The structures. Of a Crystal a block is cut out; clusters are taken as they are. ASE
            atoms are a cluster, unless all three of their directions are periodic.

        Returns
        -------
        ndarray of shape (n_crystals, n_pixels**2 * n_views) or (n_crystals, n_pixels, n_pixels) \
or (n_crystals, n_pixels, n_pixels, n_views)
            Rows with ``flatten``, the columns of views next to each other; without, images, and
            views only where there are several.

        Raises
        ------
        TypeError
            If an entry is none of these.
        ValueError
            If atoms have no neighbour to measure by, or no form factor is known.
        """
        views, detector, image_shape = self._prepare()
        if isinstance(X, Crystal | AtomCluster) or hasattr(X, "get_positions"):
            raise TypeError(f"X is one {type(X).__name__}; pass a list of them.")
        images = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(self._draw)(structure, views, detector) for structure in X
        )
        images = np.stack(images) if images else np.empty((0, *image_shape))
        if self.threshold > 0:
            images = np.maximum(images - self.threshold, 0) / (1 - self.threshold)
        return images.reshape(len(images), int(np.prod(image_shape))) if self.flatten else images

    @fit_context(prefer_skip_nested_validation=True)
    def _prepare(self):
        """Matrices of the views, the detector of :func:`quadrant`, shape of an image: checked."""
        angles = np.asarray(self.rotations, dtype=np.float64)
        if angles.ndim != 2 or angles.shape[1:] != (3,) or not len(angles):
            raise ValueError(
                f"rotations has shape {angles.shape}; give three angles in degrees for each view, "
                "such as [(45, 0, 0)]."
            )
        views = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
        wavelength = self.wavelength / _ANGSTROM
        detector = quadrant(self.n_pixels, self.pixel_size, self.distance, wavelength, self.gamma)
        n_views = 1 if self.average else len(angles)
        image_shape = (self.n_pixels, self.n_pixels) + ((n_views,) if n_views > 1 else ())
        return views, detector, image_shape

    def _draw(self, structure, views, detector):
        """Image of one structure."""
        cluster = self._cluster(structure)
        positions, weights, first, factors = _sorted_atoms(cluster)
        unit = _unit(cluster, self.bond_length)
        scaled = positions / unit
        images = np.empty((len(views), self.n_pixels, self.n_pixels))
        for view, image in zip(views, images, strict=True):
            turned = scaled @ view.T
            draw_fingerprint(
                turned, weights, first, factors, unit, detector, float(self.gamma), image
            )
        if self.average:
            mean = images.mean(axis=0)
            return mean / mean.max()
        return images[0] if len(images) == 1 else np.moveaxis(images, 0, -1)

    def _cluster(self, structure):
        if isinstance(structure, AtomCluster):
            return structure
        if hasattr(structure, "get_chemical_symbols"):
            if not np.all(structure.pbc):
                return AtomCluster.from_ase(structure)
            structure = Crystal.from_ase(structure)
        if not isinstance(structure, Crystal):
            raise TypeError(
                f"X holds a {type(structure).__name__}; pass Crystal, AtomCluster or ase.Atoms."
            )
        return make_cluster(
            structure,
            self.n_atoms,
            shape=self.shape,
            standardize=self.standardize,
            symprec=self.symprec,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False  # lists of crystals or clusters
        return tags


def _sorted_atoms(cluster):
    """Positions about their centre and occupancies by element, and the elements' form factors."""
    kinds = {symbol: kind for kind, symbol in enumerate(dict.fromkeys(cluster.elements))}
    kind = np.array([kinds[symbol] for symbol in cluster.elements])
    order = kind.argsort(kind="stable")
    first = np.concatenate([[0], np.bincount(kind).cumsum()])
    positions = cluster.positions[order]
    # about the centre, where phases are smallest
    return (
        positions - positions.mean(axis=0),
        cluster.occupancy[order],
        first,
        np.array([_form_factor(symbol) for symbol in kinds]),
    )


@lru_cache(maxsize=128)
def _form_factor(symbol):
    """Four amplitudes, four exponents and the constant of an element's form factor."""
    table = gemmi.Element(symbol).it92
    if table is None:
        raise ValueError(f"element {symbol!r} has no tabulated form factor; leave it out.")
    return (*table.a, *table.b, table.c)


def _unit(cluster, bond_length):
    """Length in angstrom that becomes one."""
    if not isinstance(bond_length, str):
        return float(bond_length)
    distances = nearest_distances(cluster.positions, _SAME_PLACE)
    if not np.isfinite(distances).all():
        raise ValueError(
            f"cluster {cluster.name!r} has no two atoms apart, hence no bond length; give "
            "bond_length in angstrom."
        )
    return float(np.mean(distances) if bond_length == "mean" else np.median(distances))
