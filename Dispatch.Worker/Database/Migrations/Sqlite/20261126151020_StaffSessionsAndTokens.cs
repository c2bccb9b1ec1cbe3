using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class StaffSessionsAndTokens : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "LastSignInAt",
                table: "Staff",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "LastUsedAt",
                table: "ApiTokens",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "MadeById",
                table: "ApiTokens",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "StaffSessions",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    StaffId = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    SeenAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StaffSessions", x => x.Hash);
                    table.ForeignKey(
                        name: "FK_StaffSessions_Staff_StaffId",
                        column: x => x.StaffId,
                        principalTable: "Staff",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Target_Id",
                table: "Audit",
                columns: new[] { "Target", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ApiTokens_MadeById",
                table: "ApiTokens",
                column: "MadeById");

            // Names were free until now. The oldest of several keeps its own; the others go by their number too, and work on.
            migrationBuilder.Sql("""
                UPDATE "ApiTokens" SET "Name" = "Name" || ' (' || "Id" || ')'
                WHERE EXISTS (SELECT 1 FROM "ApiTokens" AS older WHERE older."Name" = "ApiTokens"."Name" AND older."Id" < "ApiTokens"."Id")
                """);

            migrationBuilder.CreateIndex(
                name: "IX_ApiTokens_Name",
                table: "ApiTokens",
                column: "Name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_StaffSessions_SeenAt",
                table: "StaffSessions",
                column: "SeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_StaffSessions_StaffId",
                table: "StaffSessions",
                column: "StaffId");

            migrationBuilder.AddForeignKey(
                name: "FK_ApiTokens_Staff_MadeById",
                table: "ApiTokens",
                column: "MadeById",
                principalTable: "Staff",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_ApiTokens_Staff_MadeById",
                table: "ApiTokens");

            migrationBuilder.DropTable(
                name: "StaffSessions");

            migrationBuilder.DropIndex(
                name: "IX_Audit_Target_Id",
                table: "Audit");

            migrationBuilder.DropIndex(
                name: "IX_ApiTokens_MadeById",
                table: "ApiTokens");

            migrationBuilder.DropIndex(
                name: "IX_ApiTokens_Name",
                table: "ApiTokens");

            migrationBuilder.DropColumn(
                name: "LastSignInAt",
                table: "Staff");

            migrationBuilder.DropColumn(
                name: "LastUsedAt",
                table: "ApiTokens");

            migrationBuilder.DropColumn(
                name: "MadeById",
                table: "ApiTokens");
        }
    }
}
