"""What the service says of itself: the OpenAPI, completed with what FastAPI can't know."""
