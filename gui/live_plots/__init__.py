"""The live picture: throughput and sensors on one time axis."""
