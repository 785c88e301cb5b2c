"""What can be wrong with a choreography: one module per kind of finding; `findings.CHECKS` lists them."""
