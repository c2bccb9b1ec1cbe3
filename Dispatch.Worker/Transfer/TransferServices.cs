using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.PastIssues.Links;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Dispatch.Worker.Transfer.SuppressionLists;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Transfer;

internal static class TransferServices
{
    public static IServiceCollection AddDispatchTransfer(this IServiceCollection services) =>
        services.AddScoped<ReaderImports>().AddScoped<FileStaging>().AddScoped<ImportRun>()
            .AddScoped<ImportChunks>().AddScoped<ReaderExport>()
            .AddScoped<SuppressionExport>().AddScoped<SuppressionImport>()
            .AddScoped<PastIssueImport>().AddScoped<PastIssueStore>().AddScoped<PastLinks>().AddScoped<PastPictures>()
            .AddTransient<PictureFetch>()
            .AddSingleton<ArchiveUploads>().AddScoped<IssueExport>();
}
