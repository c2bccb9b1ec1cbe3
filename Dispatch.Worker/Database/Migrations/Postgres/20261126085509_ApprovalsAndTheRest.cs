using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ApprovalsAndTheRest : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ApprovedAt",
                table: "Issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ApprovedBy",
                table: "Issues",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ApprovedRevision",
                table: "Issues",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RestSentAt",
                table: "Issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RestStartedAt",
                table: "Issues",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ApprovedAt",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "ApprovedBy",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "ApprovedRevision",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "RestSentAt",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "RestStartedAt",
                table: "Issues");
        }
    }
}
