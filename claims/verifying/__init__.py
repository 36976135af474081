"""The parts of `claims.verify`: what a service provider needs to check a token, and nothing of the provider."""
