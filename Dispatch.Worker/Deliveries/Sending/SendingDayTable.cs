using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>The table of the days of a warm-up plan: its rows and their mapping.</summary>
public static class SendingDayTable
{
    extension(DispatchDb db)
    {
        public DbSet<SendingDay> SendingDays => db.Set<SendingDay>();
    }

    private sealed class SendingDayMapping : IEntityTypeConfiguration<SendingDay>
    {
        public void Configure(EntityTypeBuilder<SendingDay> day) => day.ToTable("SendingDays").HasKey(d => d.Day);
    }
}
