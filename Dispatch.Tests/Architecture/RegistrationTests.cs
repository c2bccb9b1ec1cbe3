using System.Reflection;
using Dispatch.Templates;
using Dispatch.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Architecture;

public class RegistrationTests
{
    [Test]
    public void What_registers_services_is_named_AddDispatch()
    {
        var others = from assembly in new[] { typeof(Program).Assembly, typeof(WorkerHost).Assembly, typeof(MailRenderer).Assembly }
                     from type in assembly.GetTypes()
                     from method in type.GetMethods(
                         BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                     where method.GetParameters() is [{ ParameterType: var first }] && first == typeof(IServiceCollection)
                     where !method.Name.StartsWith("AddDispatch", StringComparison.Ordinal) && !method.Name.Contains('<')
                     select $"{type.Name}.{method.Name}";
        Assert.That(others, Is.Empty);
    }
}
