"""What gets deployed: the core of a stage, one stack per agent, and what each need adds."""
