"""What each paper says, written once: asked of a model or chosen from the abstract, and checked."""
