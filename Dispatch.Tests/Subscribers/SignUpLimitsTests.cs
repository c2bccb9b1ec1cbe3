using System.Net;
using Dispatch.Api.Subscriptions;

namespace Dispatch.Tests.Subscriptions;

public class SignUpLimitTests
{
    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7", Description = "IPv4 as a dual-stack socket shows it")]
    [TestCase("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::", Description = "one household has a whole /64")]
    [TestCase("2001:db8:1:3::1", "2001:db8:1:3::")]
    public void A_network_is_what_one_household_has(string address, string network) =>
        Assert.That(SignUpLimit.NetworkOf(IPAddress.Parse(address)), Is.EqualTo(IPAddress.Parse(network)));
}
