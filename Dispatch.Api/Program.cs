using Dispatch.Api.Hosting;
using Dispatch.Worker.Hosting;

CommandLine.UseInvariantCulture();
return await Verbs.RunAsync(args);
