namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Has the waiting messages to single readers mailed at once. Called after a commit that may have stored such a message. A caller that
/// stored none calls it all the same if the time of its answer must not tell. It never fails: messages that it could not announce are found
/// by the sweep within seconds.
/// </summary>
public delegate Task WakeReaderMailing();
