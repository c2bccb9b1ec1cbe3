using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class WhatStaysOfReaders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // By hand: EF would build the table again, and SQLite would then give the number of an erased reader to the next one.
            migrationBuilder.Sql("""ALTER TABLE "Subscribers" DROP COLUMN "DomainHash" """);

            migrationBuilder.AddColumn<string>(
                name: "ConsentVersion",
                table: "Subscriptions",
                type: "TEXT",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "QueuedUntil",
                table: "SubscriberMails",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Confirmations",
                type: "TEXT",
                nullable: false,
                defaultValue: "form");

            migrationBuilder.CreateTable(
                name: "ConsentTexts",
                columns: table => new
                {
                    Version = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Language = table.Column<string>(type: "TEXT", maxLength: 35, nullable: false),
                    Words = table.Column<string>(type: "TEXT", nullable: false),
                    FirstShownAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConsentTexts", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "ErasedReaders",
                columns: table => new
                {
                    SubscriberId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ErasedReaders", x => x.SubscriberId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Subscriptions_UnsubscribedAt",
                table: "Subscriptions",
                column: "UnsubscribedAt",
                filter: "\"UnsubscribedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Replies",
                table: "Deliveries",
                column: "IssueId",
                filter: "\"ReplyText\" IS NOT NULL");

            // What a server said is kept of failures alone, and instants to the day, or the hour of a delivery.
            migrationBuilder.Sql("""
                UPDATE "Deliveries" SET "ReplyText" = NULL, "FirstAttemptAt" = NULL, "UpdatedAt" = substr("UpdatedAt", 1, 13) || ':00:00' WHERE "State" = 'Accepted'
                """);
            migrationBuilder.Sql("""UPDATE "SubscriberMails" SET "ReplyText" = NULL WHERE "State" = 'Accepted'""");
            migrationBuilder.Sql("""UPDATE "Subscribers" SET "CreatedAt" = substr("CreatedAt", 1, 10) || ' 00:00:00'""");
            migrationBuilder.Sql("""
                UPDATE "Subscriptions" SET "CreatedAt" = substr("CreatedAt", 1, 10) || ' 00:00:00', "ConfirmedAt" = substr("ConfirmedAt", 1, 10) || ' 00:00:00'
                """);
            migrationBuilder.Sql("""UPDATE "Suppressions" SET "CreatedAt" = substr("CreatedAt", 1, 10) || ' 00:00:00' WHERE "Reason" = 'Erased'""");
            migrationBuilder.Sql("""UPDATE "Audit" SET "At" = substr("At", 1, 10) || ' 00:00:00' WHERE "Target" LIKE 'subscriber:%'""");
            // Of those who were erased before, too, the audit keeps that somebody was, and the ledger no number.
            migrationBuilder.Sql("""
                INSERT INTO "ErasedReaders" SELECT DISTINCT d."SubscriberId" FROM "Deliveries" d
                WHERE NOT EXISTS (SELECT 1 FROM "Subscribers" r WHERE r."Id" = d."SubscriberId")
                """);
            migrationBuilder.Sql("""
                DELETE FROM "Audit" WHERE "Target" LIKE 'subscriber:%' AND "Action" <> 'subscriber.erased'
                  AND NOT EXISTS (SELECT 1 FROM "Subscribers" r WHERE "Audit"."Target" = 'subscriber:' || r."Id")
                """);
            migrationBuilder.Sql("""UPDATE "Audit" SET "Target" = 'subscribers' WHERE "Action" = 'subscriber.erased'""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ConsentTexts");

            migrationBuilder.DropTable(
                name: "ErasedReaders");

            migrationBuilder.DropIndex(
                name: "IX_Subscriptions_UnsubscribedAt",
                table: "Subscriptions");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Replies",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "ConsentVersion",
                table: "Subscriptions");

            migrationBuilder.DropColumn(
                name: "QueuedUntil",
                table: "SubscriberMails");

            migrationBuilder.DropColumn(
                name: "Source",
                table: "Confirmations");

            migrationBuilder.AddColumn<byte[]>(
                name: "DomainHash",
                table: "Subscribers",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0]);
        }
    }
}
