using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ReadersPreferences : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "PausedUntil",
                table: "Subscriptions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "SaidWhy",
                table: "Subscriptions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "FreshLinkId",
                table: "SubscriberMails",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "SealedTo",
                table: "SubscriberMails",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "DoubtedAt",
                table: "Confirmations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RemindedAt",
                table: "Confirmations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "RobotNetwork",
                table: "Confirmations",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RobotSeenAt",
                table: "Confirmations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "FreshLinks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    SubscriberId = table.Column<long>(type: "bigint", nullable: false),
                    Purpose = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Seed = table.Column<byte[]>(type: "bytea", nullable: false),
                    TokenHash = table.Column<byte[]>(type: "bytea", nullable: false),
                    SealedAddress = table.Column<byte[]>(type: "bytea", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FreshLinks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FreshLinks_Subscribers_SubscriberId",
                        column: x => x.SubscriberId,
                        principalTable: "Subscribers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "LeavingCounts",
                columns: table => new
                {
                    NewsletterId = table.Column<int>(type: "integer", nullable: false),
                    Reason = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Readers = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LeavingCounts", x => new { x.NewsletterId, x.Reason });
                    table.ForeignKey(
                        name: "FK_LeavingCounts_Newsletters_NewsletterId",
                        column: x => x.NewsletterId,
                        principalTable: "Newsletters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Subscriptions_PausedUntil",
                table: "Subscriptions",
                column: "PausedUntil",
                filter: "\"PausedUntil\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Confirmations_RobotSeenAt",
                table: "Confirmations",
                column: "RobotSeenAt",
                filter: "\"RobotNetwork\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FreshLinks_ExpiresAt",
                table: "FreshLinks",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_FreshLinks_SubscriberId",
                table: "FreshLinks",
                column: "SubscriberId");

            migrationBuilder.CreateIndex(
                name: "IX_FreshLinks_TokenHash",
                table: "FreshLinks",
                column: "TokenHash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "FreshLinks");

            migrationBuilder.DropTable(
                name: "LeavingCounts");

            migrationBuilder.DropIndex(
                name: "IX_Subscriptions_PausedUntil",
                table: "Subscriptions");

            migrationBuilder.DropIndex(
                name: "IX_Confirmations_RobotSeenAt",
                table: "Confirmations");

            migrationBuilder.DropColumn(
                name: "PausedUntil",
                table: "Subscriptions");

            migrationBuilder.DropColumn(
                name: "SaidWhy",
                table: "Subscriptions");

            migrationBuilder.DropColumn(
                name: "FreshLinkId",
                table: "SubscriberMails");

            migrationBuilder.DropColumn(
                name: "SealedTo",
                table: "SubscriberMails");

            migrationBuilder.DropColumn(
                name: "DoubtedAt",
                table: "Confirmations");

            migrationBuilder.DropColumn(
                name: "RemindedAt",
                table: "Confirmations");

            migrationBuilder.DropColumn(
                name: "RobotNetwork",
                table: "Confirmations");

            migrationBuilder.DropColumn(
                name: "RobotSeenAt",
                table: "Confirmations");
        }
    }
}
