"""The agents: LangGraph state machines with one job each, which know models only as Protocols."""
