"""Look at everything that sending needs, without sending: each finding with its fix."""
