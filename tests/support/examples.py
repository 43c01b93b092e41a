"""How many examples Hypothesis tries, from ``figures``; the same each time, new ones in a soak."""

from hypothesis import HealthCheck, settings

from tests.support.figures import IS_SOAK, figure


def examples(name: str, *, test: int, ci: int, soak: int) -> settings:
    """Give the settings of a test; one that fails in a soak prints how to see its example again."""
    return settings(
        max_examples=figure(name, test=test, ci=ci, soak=soak),
        derandomize=not IS_SOAK,
        print_blob=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
