using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class WhatStaysOfReaders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "DomainHash",
                table: "Subscribers");

            migrationBuilder.AddColumn<string>(
                name: "ConsentVersion",
                table: "Subscriptions",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "QueuedUntil",
                table: "SubscriberMails",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Confirmations",
                type: "text",
                nullable: false,
                defaultValue: "form");

            migrationBuilder.CreateTable(
                name: "ConsentTexts",
                columns: table => new
                {
                    Version = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Language = table.Column<string>(type: "character varying(35)", maxLength: 35, nullable: false),
                    Words = table.Column<string>(type: "text", nullable: false),
                    FirstShownAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConsentTexts", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "ErasedReaders",
                columns: table => new
                {
                    SubscriberId = table.Column<long>(type: "bigint", nullable: false)
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
                UPDATE "Deliveries" SET "ReplyText" = NULL, "FirstAttemptAt" = NULL, "UpdatedAt" = date_trunc('hour', "UpdatedAt", 'UTC') WHERE "State" = 'Accepted'
                """);
            migrationBuilder.Sql("""UPDATE "SubscriberMails" SET "ReplyText" = NULL WHERE "State" = 'Accepted'""");
            migrationBuilder.Sql("""UPDATE "Subscribers" SET "CreatedAt" = date_trunc('day', "CreatedAt", 'UTC')""");
            migrationBuilder.Sql("""
                UPDATE "Subscriptions" SET "CreatedAt" = date_trunc('day', "CreatedAt", 'UTC'), "ConfirmedAt" = date_trunc('day', "ConfirmedAt", 'UTC')
                """);
            migrationBuilder.Sql("""UPDATE "Suppressions" SET "CreatedAt" = date_trunc('day', "CreatedAt", 'UTC') WHERE "Reason" = 'Erased'""");
            migrationBuilder.Sql("""UPDATE "Audit" SET "At" = date_trunc('day', "At", 'UTC') WHERE "Target" LIKE 'subscriber:%'""");
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
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);
        }
    }
}
