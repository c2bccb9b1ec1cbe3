namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Starts sending the waiting messages to individual readers. Call this after a commit that may have stored such a message, and even if it
/// stored none, so the answer's timing reveals nothing. It never fails: if it can't announce a message, a periodic sweep finds the message
/// within seconds.
/// </summary>
public delegate Task WakeReaderMailing();
