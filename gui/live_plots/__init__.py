"""The live plots: throughput and sensors on one time axis."""
