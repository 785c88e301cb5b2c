"""Tells people of an alert, and that it is over, on the topic of the stage's alarms: once for each."""

from contracts.monitoring import AlertCleared, AlertRaised
from troupe import Agent, Context

from .topic import AlarmTopic
from .words import words

agent = Agent(timeout_s=15)


@agent.on
def tell(event: AlertRaised | AlertCleared, topic: AlarmTopic, context: Context) -> None:
    topic.say(*words(event, context.correlation_id), key=context.key)
