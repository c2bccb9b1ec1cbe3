using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>The table of days while a new sender warms up: its rows, and how they are mapped.</summary>
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
