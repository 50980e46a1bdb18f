"""The page in the browser, and the server's side of it."""
