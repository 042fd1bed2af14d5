"""What stops the demonstration, said in a sentence."""


class DemoFailure(Exception):
    """A step did not do what it should; the message is meant for a person."""
