"""A cloud on this machine: runs the templates that would be deployed."""
