"""`make torture`: the bot is killed, starved and lied to on loopback; afterwards every acknowledged command is accounted for."""
