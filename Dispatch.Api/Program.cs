using Dispatch.Api.Hosting;

return await Verbs.RunAsync(args);
