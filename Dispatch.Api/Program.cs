using Dispatch.Api.Hosting;

return await ApiHost.RunAsync(args);
