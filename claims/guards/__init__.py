"""Guards for the views of a service provider: `flask`, `django` and `fastapi`, each over `request`, which knows none of them."""
