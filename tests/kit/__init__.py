"""Real parts for the tests: a browser, letters for its pages, and the rules of accessibility."""
