"""SCIM 2.0: the directory of an organisation says who joins, moves and leaves."""
