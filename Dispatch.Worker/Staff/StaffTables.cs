using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Staff;

/// <summary>The tables of accounts: their rows and their mapping. ASP.NET Identity's names and column sizes are kept.</summary>
public static class StaffTables
{
    extension(DispatchDb db)
    {
        public DbSet<StaffMember> Users => db.Set<StaffMember>();
        public DbSet<IdentityRole<int>> Roles => db.Set<IdentityRole<int>>();
        public DbSet<IdentityUserRole<int>> UserRoles => db.Set<IdentityUserRole<int>>();
        public DbSet<StaffSession> StaffSessions => db.Set<StaffSession>();
        public DbSet<ApiToken> ApiTokens => db.Set<ApiToken>();
    }

    private sealed class StaffMemberMapping : IEntityTypeConfiguration<StaffMember>
    {
        public void Configure(EntityTypeBuilder<StaffMember> member)
        {
            member.ToTable("Staff");
            member.Property(m => m.ConcurrencyStamp).IsConcurrencyToken();
            member.Property(m => m.UserName).HasMaxLength(256);
            member.Property(m => m.NormalizedUserName).HasMaxLength(256);
            member.Property(m => m.Email).HasMaxLength(256);
            member.Property(m => m.NormalizedEmail).HasMaxLength(256);
            member.HasIndex(m => m.NormalizedUserName).IsUnique().HasDatabaseName("UserNameIndex");
            member.HasIndex(m => m.NormalizedEmail).HasDatabaseName("EmailIndex");
        }
    }

    private sealed class IdentityRoleMapping : IEntityTypeConfiguration<IdentityRole<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityRole<int>> role)
        {
            role.ToTable("AspNetRoles");
            role.Property(r => r.ConcurrencyStamp).IsConcurrencyToken();
            role.Property(r => r.Name).HasMaxLength(256);
            role.Property(r => r.NormalizedName).HasMaxLength(256);
            role.HasIndex(r => r.NormalizedName).IsUnique().HasDatabaseName("RoleNameIndex");
        }
    }

    private sealed class IdentityUserRoleMapping : IEntityTypeConfiguration<IdentityUserRole<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserRole<int>> given)
        {
            given.ToTable("AspNetUserRoles").HasKey(g => new { g.UserId, g.RoleId });
            given.HasOne<StaffMember>().WithMany().HasForeignKey(g => g.UserId).IsRequired();
            given.HasOne<IdentityRole<int>>().WithMany().HasForeignKey(g => g.RoleId).IsRequired();
        }
    }

    private sealed class IdentityUserClaimMapping : IEntityTypeConfiguration<IdentityUserClaim<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserClaim<int>> claim)
        {
            claim.ToTable("AspNetUserClaims");
            claim.HasOne<StaffMember>().WithMany().HasForeignKey(c => c.UserId).IsRequired();
        }
    }

    private sealed class IdentityRoleClaimMapping : IEntityTypeConfiguration<IdentityRoleClaim<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityRoleClaim<int>> claim)
        {
            claim.ToTable("AspNetRoleClaims");
            claim.HasOne<IdentityRole<int>>().WithMany().HasForeignKey(c => c.RoleId).IsRequired();
        }
    }

    private sealed class IdentityUserLoginMapping : IEntityTypeConfiguration<IdentityUserLogin<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserLogin<int>> login)
        {
            login.ToTable("AspNetUserLogins").HasKey(l => new { l.LoginProvider, l.ProviderKey });
            login.HasOne<StaffMember>().WithMany().HasForeignKey(l => l.UserId).IsRequired();
        }
    }

    private sealed class IdentityUserTokenMapping : IEntityTypeConfiguration<IdentityUserToken<int>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserToken<int>> token)
        {
            token.ToTable("AspNetUserTokens").HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
            token.HasOne<StaffMember>().WithMany().HasForeignKey(t => t.UserId).IsRequired();
        }
    }

    private sealed class StaffSessionMapping : IEntityTypeConfiguration<StaffSession>
    {
        public void Configure(EntityTypeBuilder<StaffSession> session)
        {
            session.ToTable("StaffSessions").HasKey(s => s.Hash);
            session.HasIndex(s => s.SeenAt);
            session.HasOne<StaffMember>().WithMany().HasForeignKey(s => s.StaffId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class ApiTokenMapping : IEntityTypeConfiguration<ApiToken>
    {
        public void Configure(EntityTypeBuilder<ApiToken> token)
        {
            token.ToTable("ApiTokens");
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => t.Name).IsUnique();
            token.HasOne<StaffMember>().WithMany().HasForeignKey(t => t.MadeById).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
