"""The methods of Slack's Web API, by the family that their names begin with."""
