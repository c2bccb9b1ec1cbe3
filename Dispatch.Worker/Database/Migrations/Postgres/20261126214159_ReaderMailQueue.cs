using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ReaderMailQueue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SubscriberMails_State_NextAttemptAt",
                table: "SubscriberMails");

            migrationBuilder.RenameColumn(
                name: "QueuedUntil",
                table: "SubscriberMails",
                newName: "ClaimedUntil");

            // The old column said that a job was queued, which is no claim.
            migrationBuilder.Sql("""UPDATE "SubscriberMails" SET "ClaimedUntil" = NULL WHERE "ClaimedUntil" IS NOT NULL""");

            migrationBuilder.CreateTable(
                name: "ReaderMailMarks",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    QueuedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReaderMailMarks", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_SubscriberMails_Confirmations",
                table: "SubscriberMails",
                column: "NextAttemptAt",
                filter: "\"State\" = 'Waiting' AND \"Kind\" = 'Confirmation'");

            migrationBuilder.CreateIndex(
                name: "IX_SubscriberMails_Others",
                table: "SubscriberMails",
                column: "NextAttemptAt",
                filter: "\"State\" = 'Waiting' AND \"Kind\" <> 'Confirmation'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ReaderMailMarks");

            migrationBuilder.DropIndex(
                name: "IX_SubscriberMails_Confirmations",
                table: "SubscriberMails");

            migrationBuilder.DropIndex(
                name: "IX_SubscriberMails_Others",
                table: "SubscriberMails");

            migrationBuilder.RenameColumn(
                name: "ClaimedUntil",
                table: "SubscriberMails",
                newName: "QueuedUntil");

            migrationBuilder.CreateIndex(
                name: "IX_SubscriberMails_State_NextAttemptAt",
                table: "SubscriberMails",
                columns: new[] { "State", "NextAttemptAt" });
        }
    }
}
