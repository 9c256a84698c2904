"""What ``skxrd compare`` says of its predictions."""

from skxrd._cli._printing import TARGET_NAMES, print_summary, say


def print_comparison(predictions, films):
    """Print the tables of all cases, and for each target which classifier is ahead."""
    from skxrd.model_selection import summarize

    print_summary(summarize(predictions), films, _sets(predictions))
    for _, part in predictions.groupby(["target", "grouped"], sort=False):
        say(_sentence(part[part["case"] == part["case"].max()], films))


def _sets(predictions):
    """Coverage and mean size of 90 % sets as texts, by target, case, grouping and classifier."""
    from skxrd.model_selection import summarize_sets

    if not predictions.filter(regex="^probability_").notna().any(axis=None):
        return {}
    return {
        (row.target, row.case, row.grouped, row.classifier): (
            f"{row.coverage:.2f}",
            f"{row.set_size:.1f}",
        )
        for row in summarize_sets(predictions, n_bootstrap=1).itertuples()
        if row.coverage == row.coverage  # nothing calibrates a case that stands alone
    }


def _sentence(predictions, films):
    """Which classifier is ahead of which baseline, and how sure that is."""
    from skxrd.model_selection._leads import leads
    from skxrd.model_selection._pipelines import BASELINES

    first = predictions.iloc[0]
    accuracy = predictions.groupby("classifier", sort=False)["correct"].mean()
    others = accuracy.drop([name for name in BASELINES if name in accuracy])
    baselines = accuracy.drop(others.index)
    where = f"Case {first['case']}, {TARGET_NAMES[first['target']]}"
    if first["grouped"]:
        where += ", series kept together"
    if others.empty or baselines.empty:
        return f"{where}: {accuracy.idxmax()} is the most accurate, {accuracy.max():.3f}."
    best, baseline = others.idxmax(), baselines.idxmax()
    pair = predictions[predictions["classifier"].isin([best, baseline])]
    (lead,) = leads(pair, best)
    differs = lead["low"] > 0 or lead["high"] < 0
    patterns = "simulated powders" if first["case"] == 1 else f"{films} films"
    return (
        f"{where}: {best}, {others.max():.3f}, is {abs(lead['lead']):.3f} "
        f"{'ahead of' if lead['lead'] >= 0 else 'behind'} the better baseline, {baseline} "
        f"(95 % interval over {lead['n_films']} {patterns}: {lead['low']:+.3f} to "
        f"{lead['high']:+.3f}{'' if differs else '; too few to tell them apart'})."
    )
