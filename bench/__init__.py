"""How fast it is: programs that measure within one run, beside a floor or beside themselves."""
