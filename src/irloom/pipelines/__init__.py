"""The flows: they join agents, and nothing else does; `running` joins flows with runs and backends."""
