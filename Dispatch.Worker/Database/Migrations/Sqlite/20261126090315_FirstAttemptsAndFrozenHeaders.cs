using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FirstAttemptsAndFrozenHeaders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Decision",
                table: "Issues",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "From",
                table: "Editions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Locale",
                table: "Editions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "NewsletterName",
                table: "Editions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "ReplyTo",
                table: "Editions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Faults",
                table: "Deliveries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "FirstAttemptAt",
                table: "Deliveries",
                type: "TEXT",
                nullable: true);

            // Headers were the newsletter's of the moment until now: what went out goes on as it does today.
            migrationBuilder.Sql("""
                UPDATE "Editions" SET
                  "From" = (SELECT n."From" FROM "Issues" i JOIN "Newsletters" n ON n."Id" = i."NewsletterId" WHERE i."Id" = "Editions"."IssueId"),
                  "ReplyTo" = (SELECT n."ReplyTo" FROM "Issues" i JOIN "Newsletters" n ON n."Id" = i."NewsletterId" WHERE i."Id" = "Editions"."IssueId"),
                  "NewsletterName" = (SELECT n."Name" FROM "Issues" i JOIN "Newsletters" n ON n."Id" = i."NewsletterId" WHERE i."Id" = "Editions"."IssueId"),
                  "Locale" = (SELECT n."Locale" FROM "Issues" i JOIN "Newsletters" n ON n."Id" = i."NewsletterId" WHERE i."Id" = "Editions"."IssueId")
                """);
            // Whoever has been tried already has a copy dated by the rendering. By issue, so that no more is read of a large ledger than is on its way.
            migrationBuilder.Sql("""
                UPDATE "Deliveries" SET "FirstAttemptAt" = (SELECT e."RenderedAt" FROM "Editions" e WHERE e."IssueId" = "Deliveries"."IssueId")
                WHERE "IssueId" IN (SELECT i."Id" FROM "Issues" i WHERE i."State" IN ('Sending', 'Paused')) AND "State" IN ('Claimed', 'Deferred', 'Uncertain')
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Decision",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "From",
                table: "Editions");

            migrationBuilder.DropColumn(
                name: "Locale",
                table: "Editions");

            migrationBuilder.DropColumn(
                name: "NewsletterName",
                table: "Editions");

            migrationBuilder.DropColumn(
                name: "ReplyTo",
                table: "Editions");

            migrationBuilder.DropColumn(
                name: "Faults",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "FirstAttemptAt",
                table: "Deliveries");
        }
    }
}
