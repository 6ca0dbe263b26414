"""Sample data: a real outbreak and a made city, loaded by the importers like any other files."""

from importers.samples.loading import SampleSummary, load_samples

__all__ = ["SampleSummary", "load_samples"]
