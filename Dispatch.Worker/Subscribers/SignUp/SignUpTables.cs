using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>The tables of consent texts and of sign-up tallies: their rows and their mapping.</summary>
public static class SignUpTables
{
    extension(DispatchDb db)
    {
        public DbSet<ConsentText> ConsentTexts => db.Set<ConsentText>();
        public DbSet<SignUpTally> SignUpTallies => db.Set<SignUpTally>();
    }

    private sealed class ConsentTextMapping : IEntityTypeConfiguration<ConsentText>
    {
        public void Configure(EntityTypeBuilder<ConsentText> text)
        {
            text.ToTable("ConsentTexts").HasKey(t => t.Version);
            text.Property(t => t.Version).HasMaxLength(ConsentText.VersionLength);
            text.Property(t => t.Language).HasMaxLength(35);
        }
    }

    private sealed class SignUpTallyMapping : IEntityTypeConfiguration<SignUpTally>
    {
        public void Configure(EntityTypeBuilder<SignUpTally> tally)
        {
            tally.ToTable("SignUpTallies").HasKey(t => t.Key);
            tally.HasIndex(t => t.EndsAt);
        }
    }
}
