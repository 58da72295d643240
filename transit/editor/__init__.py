"""An editor of lines for notebooks: each gesture is a change of a scenario, told in figures."""
