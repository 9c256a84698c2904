"""Figure of the page on networks: a film, its map, and the average map of its class."""

from skxrd.datasets import read_films_with_crystals
from skxrd.inspection import ActivationMapDisplay
from skxrd.model_selection import make_preparation
from skxrd.neural import ResidualConvClassifier
from skxrd.preprocessing import PatternScaler

data = read_films_with_crystals(random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
X = PatternScaler(power=1 / 3).fit_transform(X)[:, ::2]
network = ResidualConvClassifier(data.two_theta[::2], epochs=15, random_state=0)
network.fit(X[:-1], data.target[:-1])
ActivationMapDisplay.from_estimator(
    network, X[-1:], data.target[-1], two_theta=data.two_theta[::2], name=data.data[-1].name
)
